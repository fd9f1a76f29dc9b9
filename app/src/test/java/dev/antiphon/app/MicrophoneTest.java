package dev.antiphon.app;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.atLeast;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.antiphon.core.AudioOffer;
import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationSummary;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

class MicrophoneTest {
    private static final long PATIENCE = Duration.ofSeconds(20).toMillis();

    private final Conversation conversation = mock(Conversation.class);
    private final ConversationSummary summary = mock(ConversationSummary.class);
    private final Microphone.Listener heard = mock(Microphone.Listener.class);

    @BeforeEach
    void the_conversation_takes_everything() {
        when(conversation.offerAudio(any(byte[].class))).thenReturn(AudioOffer.ACCEPTED);
        when(conversation.summary()).thenReturn(summary);
    }

    @Test
    void it_has_not_finished_before_the_last_frame_has_left() {
        when(summary.audio()).thenReturn(pending(2), pending(1), pending(0));

        new Microphone(conversation, WavFile.resource("speech.wav"), heard).speakUp();

        verify(heard, timeout(PATIENCE)).spoken(anyLong(), eq(true));
        InOrder order = inOrder(summary, heard);
        order.verify(summary, atLeast(3)).audio();
        order.verify(heard).finished();
    }

    @Test
    void stopped_while_frames_wait_it_has_not_finished() throws InterruptedException {
        when(summary.audio()).thenReturn(pending(1));
        Microphone microphone = new Microphone(conversation, WavFile.resource("speech.wav"), heard);

        microphone.speakUp();
        verify(summary, timeout(PATIENCE).atLeastOnce()).audio();
        microphone.stop();

        verify(heard).spoken(anyLong(), eq(true));
        verify(heard, never()).finished();
    }

    private static ConversationSummary.Audio pending(int frames) {
        return new ConversationSummary.Audio(frames, 0, 0, 0, 0, 0, 0, 0, frames);
    }
}
