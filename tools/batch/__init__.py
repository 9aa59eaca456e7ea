"""camshark-batch: many captures, one record a message. What each module does is said at its head."""
