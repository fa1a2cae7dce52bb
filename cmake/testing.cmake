# deadheat_add_test(NAME [SOURCES files...] [LINK targets...] [LABELS labels...] [DEPENDS targets...]): one GoogleTest
# executable, every TEST of it a CTest case called <name>.<Suite>.<Test>. Without SOURCES it takes all *_test.cpp here.
# A test finds files of the repository through DEADHEAT_SOURCE_DIR and built programs through DEADHEAT_BIN_DIR.
include(GoogleTest)
# Debian's own Python first: python3-jsonschema belongs to that one.
find_program(DEADHEAT_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(DEADHEAT_PYTHON python3)
if(NOT DEADHEAT_PYTHON)
  message(FATAL_ERROR "Python 3 not found. On Debian: apt-get install python3 (or run scripts/install-dependencies)")
endif()
execute_process(COMMAND ${DEADHEAT_PYTHON} -c "import jsonschema" RESULT_VARIABLE missing OUTPUT_QUIET ERROR_QUIET)
if(missing)
  message(FATAL_ERROR "Python's jsonschema not found. On Debian: apt-get install python3-jsonschema (or run scripts/install-dependencies)")
endif()

function(deadheat_add_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK;LABELS;DEPENDS" ${ARGN})
  if(NOT arg_SOURCES)
    file(GLOB arg_SOURCES CONFIGURE_DEPENDS *_test.cpp)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} deadheat_flags GTest::gtest_main GTest::gmock)
  target_compile_definitions(${name} PRIVATE DEADHEAT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" DEADHEAT_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test-bin)
  if(arg_DEPENDS)
    add_dependencies(${name} ${arg_DEPENDS})
  endif()
  cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME folder)
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 120
                       PROPERTIES LABELS "${folder};${arg_LABELS}" TIMEOUT 600)
endfunction()
