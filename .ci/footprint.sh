#!/bin/sh
# What a consumer of the direct transport gets on the class path: few jars, small ones, and no Guice. M21.
set -eu
cd "$(dirname "$0")/.."
. .ci/lib.sh
most_jars=18
most_bytes=9000000
work=$PWD/target/footprint
rm -rf "$work"
mkdir -p "$work"
$mvn -B -ntp -q -Dfast -DskipTests -pl transport-websocket -am install
version=$(sed -n 's#^  <version>\(.*\)</version>#\1#p' pom.xml | head -n 1)
cat > "$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example</groupId>
  <artifactId>consumer</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>dev.antiphon</groupId>
      <artifactId>antiphon-transport-websocket</artifactId>
      <version>$version</version>
    </dependency>
  </dependencies>
</project>
POM
$mvn -B -ntp -q -f "$work/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$work/lib"
jars=$(find "$work/lib" -name '*.jar' | wc -l)
bytes=$(find "$work/lib" -name '*.jar' -exec cat {} + | wc -c)
echo "$jars jars, $bytes bytes"
if [ "$jars" -gt "$most_jars" ] || [ "$bytes" -gt "$most_bytes" ] || ls "$work/lib" | grep -qiE 'guice|guava'; then
  ls -l "$work/lib" >&2
  exit 1
fi
