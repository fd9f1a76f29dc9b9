package dev.antiphon.testkit.simulator;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One request that waits for its answer. Answered exactly once, unless the client goes first. */
final class Exchange implements Fate.Victim {
    private final RequestHandler handler;
    private final SimulatedService service;
    private final Channel channel;
    private final ReceivedRequest request;
    private final Optional<String> key;
    private final boolean keepAlive;
    private final List<Misfortune.Alter> changes = new ArrayList<>();

    Exchange(
            RequestHandler handler,
            SimulatedService service,
            Channel channel,
            ReceivedRequest request,
            Optional<String> key,
            boolean keepAlive) {
        this.handler = handler;
        this.service = service;
        this.channel = channel;
        this.request = request;
        this.key = key;
        this.keepAlive = keepAlive;
    }

    ReceivedRequest request() {
        return request;
    }

    /** The key as it came; it goes nowhere but to the key ring. */
    Optional<String> key() {
        return key;
    }

    Channel channel() {
        return channel;
    }

    void answer(HttpAnswer answer) {
        HttpAnswer changed = answer;
        for (Misfortune.Alter alter : changes) {
            changed = alter.change().apply(changed);
        }
        if (!isGone()) {
            handler.answer(request, changed, keepAlive);
        }
    }

    @Override
    public void refuse(HttpAnswer answer) {
        answer(answer);
    }

    @Override
    public void alter(Misfortune.Alter change) {
        changes.add(change);
    }

    @Override
    public boolean isGone() {
        return !channel.isActive();
    }

    @Override
    public void reset() {
        service.reset(channel);
    }

    @Override
    public void drop() {
        service.finish(channel);
    }

    @Override
    public void stopReading() {
        channel.config().setAutoRead(false);
    }
}
