package dev.antiphon.testkit.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A session description (RFC 8866), as far as offers and answers need it: its media sections and their
 * attributes. Reads leniently, what is not understood is passed over. {@code toString} shows no content.
 */
public final class SessionDescription {
    /** One media section. */
    public static final class Media {
        private final List<String> lines;
        private final List<String> session;
        private final int index;

        private Media(List<String> lines, List<String> session, int index) {
            this.lines = lines;
            this.session = session;
            this.index = index;
        }

        /** {@code audio}, {@code application}, {@code video} … */
        public String kind() {
            return head().substring(2).split(" ", 2)[0];
        }

        /** The {@code m=} line. */
        public String head() {
            return lines.get(0);
        }

        /** Its name in the bundle; its position if it has none. */
        public String mid() {
            return value(lines, "mid").orElse(String.valueOf(index));
        }

        /** Value of an attribute of this section, or else of the session. */
        public Optional<String> attribute(String name) {
            return value(lines, name).or(() -> value(session, name));
        }

        /** All values of an attribute, the section's before the session's. */
        public List<String> attributes(String name) {
            List<String> all = new ArrayList<>(values(lines, name));
            all.addAll(values(session, name));
            return all;
        }

        /** Whether the section has this attribute, which has no value. */
        public boolean has(String flag) {
            return lines.contains("a=" + flag);
        }

        /** The payload type of an encoding, such as {@code opus/48000}, in any case. */
        public Optional<String> payloadType(String encoding) {
            return values(lines, "rtpmap").stream()
                    .map(map -> map.split(" ", 2))
                    .filter(map -> map.length == 2 && map[1].regionMatches(true, 0, encoding, 0, encoding.length()))
                    .map(map -> map[0])
                    .findFirst();
        }
    }

    private final List<Media> media;

    private SessionDescription(List<Media> media) {
        this.media = media;
    }

    /** Reads a description; line ends may be CRLF or LF. */
    public static SessionDescription parse(String text) {
        List<String> session = new ArrayList<>();
        List<Media> media = new ArrayList<>();
        List<String> current = session;
        for (String line : text.lines().toList()) {
            if (line.startsWith("m=")) {
                current = new ArrayList<>();
                media.add(new Media(current, session, media.size()));
            }
            current.add(line.stripTrailing());
        }
        return new SessionDescription(media);
    }

    /** The media sections in order. */
    public List<Media> media() {
        return List.copyOf(media);
    }

    /** The first media section of a kind. */
    public Optional<Media> first(String kind) {
        return media.stream().filter(section -> section.kind().equals(kind)).findFirst();
    }

    private static Optional<String> value(List<String> lines, String name) {
        return values(lines, name).stream().findFirst();
    }

    private static List<String> values(List<String> lines, String name) {
        String prefix = "a=" + name + ":";
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .toList();
    }

    @Override
    public String toString() {
        return "SessionDescription" + media.stream().map(Media::kind).toList();
    }
}
