package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.testkit.ManualScheduler;
import dev.antiphon.transport.websocket.wire.Dialects;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** One sideband over a fake network in virtual time, with everything it reports. */
final class SidebandRig implements TransportListener, InputChannels, SidebandObserver {
    static final String ANSWER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    static final String LOCATION = "/v1/realtime/calls/rtc_one";
    static final SdpOffer OFFER = new SdpOffer("v=0\r\no=- 2 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");

    final ManualScheduler time = new ManualScheduler();
    final FakeWire wire = new FakeWire();
    final List<String> heard = new ArrayList<>();
    final List<String> observed = new ArrayList<>();

    /** What listener and observer heard, in one order. */
    final List<String> all = new ArrayList<>();

    final List<Closure> closures = new ArrayList<>();
    final List<PossibleOrphan> orphans = new ArrayList<>();
    final List<CallTicket> tickets = new ArrayList<>();
    final List<InputWriter> writers = new ArrayList<>();
    final SidebandContext context;
    final SidebandConnection connection;

    SidebandRig() {
        this(SidebandSettings.DEFAULT);
    }

    SidebandRig(SidebandSettings settings) {
        HeldCalls held = new HeldCalls();
        Announcer announcer = new Announcer(this);
        Background background = new Background();
        context = new SidebandContext(
                settings,
                time,
                new EndpointBreaker(wire.host(), settings.guard(), time),
                new JoinGate(settings.guard().simultaneousJoins()),
                held,
                new OrphanGuard(settings.end().hangUpTimeout(), time, announcer, held, background),
                announcer,
                background,
                ConcurrentHashMap.newKeySet());
        connection = another();
    }

    /** Another conversation of the same transport over the same network. */
    SidebandConnection another() {
        SidebandConnection created = new SidebandConnection(context, wire, this, this);
        context.connections().add(created);
        context.background().begin(created);
        return created;
    }

    static CallOrder order() {
        return CallOrder.of(
                OFFER,
                SessionConfig.builder().model("gpt-realtime").build(),
                Dialects.realtime(),
                URI.create("https://server.test/v1"),
                Optional.of("identity"));
    }

    /** Starts and leaves the creation on its way. */
    SidebandRig creating() {
        wire.loop.execute(() -> connection.create(order()));
        return this;
    }

    /** Starts, answers the creation and leaves the first attempt on its way. */
    SidebandRig joining() {
        creating();
        wire.creation().answer(201, List.of(LOCATION), ANSWER);
        return this;
    }

    /** Starts and joins. */
    SidebandRig live() {
        joining();
        wire.dial().open();
        return this;
    }

    /** Moves to the next timer and no further than the limit. */
    Duration nextTimer() {
        return time.due().get(0);
    }

    void advance(Duration span) {
        time.advance(span);
    }

    Closure closure() {
        return closures.get(closures.size() - 1);
    }

    @Override
    public void onAnswer(SdpAnswer answer) {
        hear(answer.text().equals(ANSWER) ? "answer" : "other answer");
    }

    @Override
    public void onJoining(int attempt) {
        hear("joining " + attempt);
    }

    @Override
    public void drainTo(InputWriter writer) {
        writers.add(writer);
        hear("drain");
    }

    @Override
    public void onEvent(ServerEvent event) {
        hear("event " + event.type());
    }

    @Override
    public void onClosed(Closure closure) {
        closures.add(closure);
        hear("closed");
    }

    @Override
    public void onCallCreated(CallTicket ticket, Duration took) {
        tickets.add(ticket);
        observe("created");
    }

    @Override
    public void onJoined(CallTicket ticket, int attempts, Duration took, boolean rejoined) {
        observe((rejoined ? "rejoined after " : "joined after ") + attempts);
    }

    @Override
    public void onRejoining(CallTicket ticket) {
        observe("rejoining");
    }

    @Override
    public void onMediaOnly(CallTicket ticket) {
        observe("media only");
    }

    @Override
    public void onCallerSilent(CallTicket ticket, Duration silence) {
        observe("silent");
    }

    @Override
    public void onPossibleOrphan(PossibleOrphan orphan) {
        orphans.add(orphan);
        observe("possible orphan");
    }

    private void hear(String what) {
        heard.add(what);
        all.add(what);
    }

    private void observe(String what) {
        observed.add(what);
        all.add(what);
    }

    /** The writer as the engine uses it: on its executor. */
    void write(ClientEvent event) {
        InputWriter writer = writers.get(writers.size() - 1);
        writer.executor().execute(() -> {
            var unused = writer.write(event);
            writer.flush();
        });
    }
}
