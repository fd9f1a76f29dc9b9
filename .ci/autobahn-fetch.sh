# Sourced by the Autobahn scripts: puts Jython and the unpacked suite into $work.
if [ ! -f "$work/jython-standalone-2.7.4.jar" ]; then
  (cd "$work" && $mvn -B -ntp -q dependency:copy -DoutputDirectory="$work" \
      -Dartifact=org.python:jython-standalone:2.7.4)
  (cd "$work" && $mvn -B -ntp -q dependency:copy -DoutputDirectory="$work" \
      -Dartifact=me.normanmaurer.maven.autobahntestsuite:autobahntestsuite-maven-plugin:0.1.5)
  (cd "$work/lib" && jar xf ../autobahntestsuite-maven-plugin-0.1.5.jar)
fi
