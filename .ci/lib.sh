# Sourced by the checks, which stand at the root of the repository: Maven, tools that may be missing, the application.
mvn=${MVN:-mvn}

# Installs a package of Debian's.
fetch() {
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}

# need TOOL PACKAGE: installs the package where the tool is missing.
need() {
  command -v "$1" >/dev/null || fetch "$2"
}

# Leaves an installation in app/target/antiphon, unless one is there.
build_app() {
  [ -x app/target/antiphon/bin/antiphon ] || $mvn -B -ntp -q -Dfast -DskipTests -pl app -am package
}
