"""camshark-keys: keys of newcamd and Baichuan sessions inside a capture, as a secrets block and as packet comments.

SPDX-License-Identifier: GPL-2.0-or-later
"""
