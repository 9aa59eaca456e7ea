# camshark in Wireshark's own source tree, where a system has no packaged headers (Windows, macOS): a copy of this source in
# plugins/epan/camshark, and cmake -DCUSTOM_PLUGIN_SRC_DIR=plugins/epan/camshark (or the same in CMakeListsCustom.txt).
#
# Gives what the standalone build gets from find_package() and pkg-config, by the same names.

include(WiresharkPlugin)

if(NOT LIBXML2_FOUND)
  message(FATAL_ERROR "camshark needs libxml2, which this build of Wireshark has not found (ENABLE_LIBXML2)")
endif()

# camshark_tree_library(NAME PREFIX): the library that Wireshark's build has found, its variables beginning with PREFIX.
function(camshark_tree_library name prefix)
  add_library(PkgConfig::${name} INTERFACE IMPORTED)
  target_include_directories(PkgConfig::${name} SYSTEM INTERFACE ${${prefix}_INCLUDE_DIRS})
  target_link_libraries(PkgConfig::${name} INTERFACE ${${prefix}_LIBRARIES})
endfunction()

camshark_tree_library(GLIB GLIB2)
camshark_tree_library(GCRYPT GCRYPT)
camshark_tree_library(XML2 LIBXML2)
