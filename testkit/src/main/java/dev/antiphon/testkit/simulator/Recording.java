package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * A recorded conversation, as {@code antiphon talk --record} or a recorder in production wrote it: JSON
 * lines, each with {@code atMillis} and {@code event}. {@code client} and {@code server} lines hold an event
 * in {@code json}, {@code joined} begins a control socket, {@code joining} behind it ends one, {@code closed}
 * is the end. Other lines are of no interest here.
 */
public final class Recording {
    /** What happened on one line. */
    enum Side {
        /** The client sent an event. */
        CLIENT,
        /** The server sent one. */
        SERVER,
        /** The server closed the socket. */
        CLOSE,
        /** The socket was lost. */
        LOSS
    }

    /**
     * One step of a socket.
     *
     * @param number line in the file, from 1
     * @param atMillis since the conversation began
     * @param json the event; empty for the end of a socket
     * @param code close code of {@code CLOSE}
     * @param reason its text
     */
    record Step(int number, long atMillis, Side side, ObjectNode json, int code, String reason) {
        String type() {
            return json.path("type").asString("");
        }
    }

    private final List<List<Step>> sockets;

    private Recording(List<List<Step>> sockets) {
        this.sockets = sockets;
    }

    /**
     * Reads a file.
     *
     * @throws UncheckedIOException if it cannot be read
     * @throws IllegalArgumentException if it is no recording; the message names the line
     */
    public static Recording read(Path file) {
        try {
            return of(Files.readAllLines(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read the recording " + file, unreadable);
        }
    }

    /**
     * Reads lines.
     *
     * @throws IllegalArgumentException if they are no recording; the message names the line
     */
    public static Recording of(List<String> lines) {
        List<List<Step>> sockets = new ArrayList<>();
        for (int index = 0; index < lines.size(); index++) {
            if (!lines.get(index).isBlank()) {
                read(index + 1, lines.get(index), sockets);
            }
        }
        if (sockets.isEmpty()) {
            throw new IllegalArgumentException(
                    "the recording shows no control socket: no line has \"event\":\"joined\"");
        }
        return new Recording(sockets);
    }

    private static void read(int number, String line, List<List<Step>> sockets) {
        ObjectNode json;
        try {
            json = Json.parseObject(line);
        } catch (InvalidEvent malformed) {
            throw new IllegalArgumentException("line " + number + " is no JSON object", malformed);
        }
        long at = json.path("atMillis").asLong(0);
        String event = json.path("event").asString("");
        if (event.equals("joined")) {
            sockets.add(new ArrayList<>());
            return;
        }
        if (sockets.isEmpty()) {
            return;
        }
        List<Step> socket = sockets.get(sockets.size() - 1);
        boolean over = !socket.isEmpty()
                && (socket.get(socket.size() - 1).side() == Side.LOSS
                        || socket.get(socket.size() - 1).side() == Side.CLOSE);
        if (event.equals("client") || event.equals("server")) {
            if (!(json.path("json") instanceof ObjectNode object)) {
                throw new IllegalArgumentException("line " + number + " has no event in its member json");
            }
            socket.add(new Step(number, at, event.equals("client") ? Side.CLIENT : Side.SERVER, object, 0, ""));
        } else if (event.equals("joining") && !over) {
            socket.add(end(number, at, Side.LOSS, 0, ""));
        } else if (event.equals("closed") && !over) {
            switch (json.path("initiator").asString("")) {
                case "SERVER" ->
                    socket.add(end(
                            number,
                            at,
                            Side.CLOSE,
                            json.path("code").asInt(1000),
                            json.path("text").asString("")));
                case "TRANSPORT" -> socket.add(end(number, at, Side.LOSS, 0, ""));
                default -> {
                    // The client's own end: it closes again.
                }
            }
        }
    }

    private static Step end(int number, long at, Side side, int code, String reason) {
        return new Step(number, at, side, Json.object(), code, reason);
    }

    /** The steps of each control socket, in the order in which they stood. */
    List<List<Step>> sockets() {
        return sockets;
    }

    /** How many control sockets it shows. */
    public int socketCount() {
        return sockets.size();
    }

    @Override
    public String toString() {
        return "Recording[" + sockets.size() + " sockets, "
                + sockets.stream().mapToInt(List::size).sum() + " steps]";
    }
}
