# Language level, warnings, build type, sanitizers and ccache for Deadheat's own code.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 17)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

find_program(DEADHEAT_CCACHE ccache)
if(DEADHEAT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${DEADHEAT_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${DEADHEAT_CCACHE})
endif()

add_library(deadheat_flags INTERFACE)
target_compile_options(deadheat_flags INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers)
# GCC 12 warns inside std::string: overlapping copies in operator+ (GCC bug 105651), temporaries of initializer lists.
target_compile_options(deadheat_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized>)
if(DEADHEAT_WERROR)
  target_compile_options(deadheat_flags INTERFACE -Werror)
endif()
target_include_directories(deadheat_flags INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
if(DEADHEAT_SANITIZE)
  target_compile_options(deadheat_flags INTERFACE -fsanitize=${DEADHEAT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  # Clang's headers make an optimised build with sanitizers three times as long; the tests do not need the speed.
  target_compile_options(deadheat_flags INTERFACE -O1 -g1)
  # With the sanitizers' null tests in the way GCC 12 sees null pointers in Clang's headers.
  target_compile_options(deadheat_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-nonnull>)
  target_link_options(deadheat_flags INTERFACE -fsanitize=${DEADHEAT_SANITIZE})
endif()
