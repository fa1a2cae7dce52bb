# find_package(Deadheat): gives deadheat_instrument(target...).
get_filename_component(DEADHEAT_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(DEADHEAT_BIN ${DEADHEAT_PREFIX}/bin)
set(DEADHEAT_INCLUDE_DIR ${DEADHEAT_PREFIX}/include)
include(${CMAKE_CURRENT_LIST_DIR}/instrument.cmake)
