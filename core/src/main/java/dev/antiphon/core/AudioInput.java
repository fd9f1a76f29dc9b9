package dev.antiphon.core;

import dev.antiphon.core.WriteTicket.Place;
import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ClientEvent.InputAudioBufferAppend;
import dev.antiphon.core.port.TransportTraits;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The door for audio, and its gate. */
final class AudioInput implements AudioGate {
    private final ConversationEngine engine;
    private final Commands commands;
    private final Optional<String> unsupported;

    AudioInput(ConversationEngine engine, Commands commands, TransportTraits traits) {
        this.engine = engine;
        this.commands = commands;
        this.unsupported = traits.refusalOf("input_audio_buffer.append");
    }

    AudioOffer offer(AudioData audio) {
        if (audio.length() == 0) {
            throw new IllegalArgumentException("an audio frame must not be empty");
        }
        if (unsupported.isPresent()) {
            throw new UnsupportedOperationException(unsupported.get());
        }
        InputAudioBufferAppend frame = new InputAudioBufferAppend("", audio);
        AudioOffer result;
        InputDrain woken;
        boolean lost;
        // By hand instead of as a step: nothing may be allocated for a frame but the frame.
        engine.lock.lock();
        try {
            result = engine.lanes.offerAudio(frame, engine.now());
            lost = engine.drops.hasNews();
            woken = engine.link.wakeable();
        } finally {
            engine.lock.unlock();
        }
        start(woken);
        if (lost) {
            engine.reportDrops();
        }
        return result;
    }

    private static void start(@Nullable InputDrain woken) {
        if (woken != null) {
            woken.start();
        }
    }

    @Override
    public void pause() {
        engine.step(after -> engine.lanes.audio.paused = true);
    }

    @Override
    public void resume() {
        engine.step(after -> engine.lanes.audio.paused = false);
    }

    @Override
    public boolean isPaused() {
        return engine.read(() -> engine.lanes.audio.paused);
    }

    @Override
    public CompletionStage<Void> clear() {
        return commands.write(
                new ClientEvent.InputAudioBufferClear(engine.ids.event()),
                Place.AUDIO,
                engine.lanes.audio::clearFrames);
    }

    @Override
    public CompletionStage<Void> commit() {
        return commands.write(new ClientEvent.InputAudioBufferCommit(engine.ids.event()), Place.AUDIO);
    }
}
