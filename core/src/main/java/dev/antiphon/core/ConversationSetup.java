package dev.antiphon.core;

import dev.antiphon.core.port.ConversationObserver;
import dev.antiphon.core.port.Scheduler;
import java.util.concurrent.Executor;

/**
 * What all conversations of one {@link RealtimeConversations} share.
 *
 * @param listenerExecutor runs listeners
 * @param libraryThreads runs listeners whose executor refuses work
 * @param stageThreads runs what the application hangs on stages; never an executor of the application
 * @param sessionUpdateOnJoin whether each new socket is greeted with {@code session.update}
 */
record ConversationSetup(
        ConversationLimits limits,
        ErrorPolicy errors,
        Scheduler scheduler,
        Executor listenerExecutor,
        Executor libraryThreads,
        Executor stageThreads,
        ConversationObserver observer,
        boolean sessionUpdateOnJoin) {}
