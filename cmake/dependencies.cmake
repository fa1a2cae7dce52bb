# Finds a library or stops with the name of the Debian package that has it.
function(deadheat_require package debian)
  find_package(${package} ${ARGN} QUIET)
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "${package} not found. On Debian: apt-get install ${debian} (or run scripts/install-dependencies)")
  endif()
endfunction()

macro(deadheat_require_package package debian)
  deadheat_require(${package} ${debian} ${ARGN})
  find_package(${package} ${ARGN} QUIET) # again here, so that its variables reach the caller
endmacro()

deadheat_require_package(fmt libfmt-dev)
deadheat_require_package(nlohmann_json nlohmann-json3-dev)
deadheat_require_package(CLI11 libcli11-dev)
deadheat_require_package(cereal libcereal-dev)
if(DEADHEAT_BUILD_ANALYZER)
  deadheat_require_package(yaml-cpp libyaml-cpp-dev)
endif()
if(DEADHEAT_BUILD_TESTS)
  deadheat_require_package(GTest libgtest-dev)
  if(NOT TARGET GTest::gmock)
    message(FATAL_ERROR "GoogleMock not found. On Debian: apt-get install libgmock-dev (or run scripts/install-dependencies)")
  endif()
endif()

find_path(XXHASH_INCLUDE_DIR xxhash.h)
find_library(XXHASH_LIBRARY xxhash)
if(NOT XXHASH_INCLUDE_DIR OR NOT XXHASH_LIBRARY)
  message(FATAL_ERROR "xxhash not found. On Debian: apt-get install libxxhash-dev (or run scripts/install-dependencies)")
endif()
add_library(deadheat_xxhash INTERFACE)
target_include_directories(deadheat_xxhash INTERFACE ${XXHASH_INCLUDE_DIR})
target_link_libraries(deadheat_xxhash INTERFACE ${XXHASH_LIBRARY})
find_package(Threads REQUIRED)

# Replaces malloc in a program that links it. Not everywhere to be had, and sanitizers bring an allocator of their own: then it is empty.
add_library(deadheat_allocator INTERFACE)
find_package(mimalloc 2.0 QUIET)
if(mimalloc_FOUND AND NOT DEADHEAT_SANITIZE)
  target_link_libraries(deadheat_allocator INTERFACE mimalloc)
  target_link_options(deadheat_allocator INTERFACE LINKER:--no-as-needed) # no code of ours names it
endif()
