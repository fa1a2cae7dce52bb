# Picks LLVM: DEADHEAT_LLVM_VERSION when given, else the newest of 22 ... 19. Sets DEADHEAT_LLVM_MAJOR, DEADHEAT_CLANG,
# DEADHEAT_CLANGXX and, for the analyzer, the target deadheat_clang (headers and the shared libclang-cpp).
set(candidates 22 21 20 19)
if(DEADHEAT_LLVM_VERSION)
  if(NOT DEADHEAT_LLVM_VERSION IN_LIST candidates)
    message(FATAL_ERROR "DEADHEAT_LLVM_VERSION=${DEADHEAT_LLVM_VERSION}: Deadheat supports LLVM 19 to 22")
  endif()
  set(candidates ${DEADHEAT_LLVM_VERSION})
endif()

foreach(major IN LISTS candidates)
  if(EXISTS /usr/lib/llvm-${major}/lib/cmake/clang/ClangConfig.cmake OR NOT DEADHEAT_BUILD_ANALYZER)
    find_program(DEADHEAT_CLANGXX_${major} clang++-${major} HINTS /usr/lib/llvm-${major}/bin)
    if(DEADHEAT_CLANGXX_${major} OR NOT DEADHEAT_BUILD_RUNTIME)
      set(DEADHEAT_LLVM_MAJOR ${major})
      break()
    endif()
  endif()
endforeach()
if(NOT DEADHEAT_LLVM_MAJOR)
  list(GET candidates 0 wanted)
  message(FATAL_ERROR "no usable LLVM found (looked for: ${candidates}). On Debian: apt-get install clang-${wanted} "
                      "libclang-${wanted}-dev llvm-${wanted}-dev libclang-rt-${wanted}-dev (or run scripts/install-dependencies)")
endif()
message(STATUS "Deadheat uses LLVM ${DEADHEAT_LLVM_MAJOR}")

set(DEADHEAT_LLVM_PREFIX /usr/lib/llvm-${DEADHEAT_LLVM_MAJOR})
set(DEADHEAT_CLANGXX ${DEADHEAT_LLVM_PREFIX}/bin/clang++)
set(DEADHEAT_CLANG ${DEADHEAT_LLVM_PREFIX}/bin/clang)

if(DEADHEAT_BUILD_ANALYZER)
  # The config packages would pull in every static library; the two shared ones and the headers are all that is needed.
  find_library(DEADHEAT_LIBCLANG_CPP NAMES clang-cpp libclang-cpp.so.${DEADHEAT_LLVM_MAJOR}.1 PATHS ${DEADHEAT_LLVM_PREFIX}/lib NO_DEFAULT_PATH)
  find_library(DEADHEAT_LIBLLVM LLVM PATHS ${DEADHEAT_LLVM_PREFIX}/lib NO_DEFAULT_PATH)
  if(NOT DEADHEAT_LIBCLANG_CPP OR NOT DEADHEAT_LIBLLVM)
    message(FATAL_ERROR "libclang-cpp or libLLVM missing in ${DEADHEAT_LLVM_PREFIX}/lib. On Debian: apt-get install "
                        "libclang-${DEADHEAT_LLVM_MAJOR}-dev llvm-${DEADHEAT_LLVM_MAJOR}-dev")
  endif()
  file(GLOB DEADHEAT_CLANG_RESOURCE_DIR ${DEADHEAT_LLVM_PREFIX}/lib/clang/*)
  add_library(deadheat_clang INTERFACE)
  target_include_directories(deadheat_clang SYSTEM INTERFACE ${DEADHEAT_LLVM_PREFIX}/include)
  target_link_libraries(deadheat_clang INTERFACE ${DEADHEAT_LIBCLANG_CPP} ${DEADHEAT_LIBLLVM})
  target_compile_options(deadheat_clang INTERFACE -fno-rtti)
endif()
