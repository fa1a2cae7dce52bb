# What programs need to run under Deadheat's runtime. Included by Deadheat's own build and, through the package
# configuration, by users.
#
# deadheat_instrument(target...): builds the targets with Deadheat's compiler wrappers, whatever compiler the project uses.
# deadheat_add_explore_test(target [SCHEDULES n] [STRATEGY s]): the same for a test that includes <deadheat/explore.h>; n and s
# are what its DEADHEAT_EXPLORE_TEST cases use.

function(deadheat_instrument)
  foreach(target IN LISTS ARGN)
    foreach(language IN ITEMS C CXX)
      if(language STREQUAL "C")
        set(wrapper ${DEADHEAT_BIN}/deadheat-cc)
      else()
        set(wrapper ${DEADHEAT_BIN}/deadheat-c++)
      endif()
      set_target_properties(${target} PROPERTIES
        ${language}_COMPILER_LAUNCHER "${wrapper};--in-place-of"
        ${language}_LINKER_LAUNCHER "${wrapper};--in-place-of")
    endforeach()
    if(TARGET deadheat_rt)
      add_dependencies(${target} deadheat_rt)
      set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS $<TARGET_FILE:deadheat_rt>)
    endif()
  endforeach()
endfunction()

function(deadheat_add_explore_test target)
  cmake_parse_arguments(arg "" "SCHEDULES;STRATEGY" "" ${ARGN})
  deadheat_instrument(${target})
  target_include_directories(${target} PRIVATE ${DEADHEAT_INCLUDE_DIR})
  if(arg_SCHEDULES)
    target_compile_definitions(${target} PRIVATE DEADHEAT_EXPLORE_SCHEDULES=${arg_SCHEDULES})
  endif()
  if(arg_STRATEGY)
    target_compile_definitions(${target} PRIVATE DEADHEAT_EXPLORE_STRATEGY="${arg_STRATEGY}")
  endif()
endfunction()

if(NOT PROJECT_NAME STREQUAL "deadheat")
  return()
endif()
set(DEADHEAT_BIN ${CMAKE_RUNTIME_OUTPUT_DIRECTORY} CACHE INTERNAL "Where the compiler wrappers are")
set(DEADHEAT_INCLUDE_DIR ${PROJECT_SOURCE_DIR}/runtime/include CACHE INTERNAL "Where deadheat/explore.h is")

# The linker redirects these to the runtime (--wrap): accesses.def, atomics.cpp and reports.cpp of runtime/tsan, once.cpp of intercept.
function(deadheat_wrapped_symbols out)
  file(STRINGS ${PROJECT_SOURCE_DIR}/runtime/tsan/accesses.def rows REGEX "^DEADHEAT_ACCESS")
  set(symbols)
  foreach(row IN LISTS rows)
    string(REGEX REPLACE "DEADHEAT_ACCESS\\(([a-z0-9_]+),.*" "__tsan_\\1" symbol "${row}")
    list(APPEND symbols ${symbol})
  endforeach()
  foreach(name IN ITEMS vptr_update read_range write_range memcpy memmove memset atomic_thread_fence)
    list(APPEND symbols __tsan_${name})
  endforeach()
  foreach(bits IN ITEMS 8 16 32 64 128)
    foreach(name IN ITEMS load store exchange fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_nand
                          compare_exchange_strong compare_exchange_weak compare_exchange_val)
      list(APPEND symbols __tsan_atomic${bits}_${name})
    endforeach()
  endforeach()
  list(APPEND symbols __cxa_guard_acquire __cxa_guard_release __cxa_guard_abort _ZN11__sanitizer10ReportFile5WriteEPKcm)
  set(${out} ${symbols} PARENT_SCOPE)
endfunction()

# link.args: for executables and shared libraries; exports.list: what shared libraries find in the executable.
function(deadheat_write_link_arguments folder)
  deadheat_wrapped_symbols(symbols)
  list(TRANSFORM symbols PREPEND "--wrap=" OUTPUT_VARIABLE wraps)
  # Bound at the start, so that no forked schedule has to look symbols up.
  list(JOIN wraps "\n" text)
  string(APPEND text "\n-z\nnow")
  file(CONFIGURE OUTPUT ${folder}/link.args CONTENT "${text}\n" @ONLY)
  list(TRANSFORM symbols PREPEND "  __wrap_" OUTPUT_VARIABLE exports)
  list(JOIN exports ";\n" text)
  file(CONFIGURE OUTPUT ${folder}/exports.list CONTENT "{\n${text};\n  deadheat_*;\n};\n" @ONLY)
endfunction()

# A wrapper finds the library beside itself, so that the installed tree can be moved.
function(deadheat_write_compiler_wrappers folder)
  foreach(pair IN ITEMS "deadheat-cc|${DEADHEAT_CLANG}|DEADHEAT_CC" "deadheat-c++|${DEADHEAT_CLANGXX}|DEADHEAT_CXX")
    string(REPLACE "|" ";" pair "${pair}")
    list(GET pair 0 name)
    list(GET pair 1 DEADHEAT_COMPILER)
    list(GET pair 2 DEADHEAT_COMPILER_VARIABLE)
    set(DEADHEAT_WRAPPER ${name})
    configure_file(${PROJECT_SOURCE_DIR}/runtime/launch/compiler_wrapper.sh.in ${folder}/${name} @ONLY
                   FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  endforeach()
endfunction()

function(deadheat_install_runtime)
  include(GNUInstallDirs)
  install(PROGRAMS ${DEADHEAT_BIN}/deadheat-cc ${DEADHEAT_BIN}/deadheat-c++ TYPE BIN)
  install(FILES ${PROJECT_BINARY_DIR}/lib/deadheat/link.args ${PROJECT_BINARY_DIR}/lib/deadheat/exports.list
                $<TARGET_FILE:deadheat_rt> DESTINATION lib/deadheat)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/runtime/include ${PROJECT_BINARY_DIR}/include SYMBOLIC) # where the wrappers look
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/runtime/include/deadheat TYPE INCLUDE)
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/instrument.cmake ${PROJECT_SOURCE_DIR}/cmake/DeadheatConfig.cmake
          DESTINATION lib/cmake/Deadheat)
endfunction()
