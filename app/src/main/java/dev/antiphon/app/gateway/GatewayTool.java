package dev.antiphon.app.gateway;

import dev.antiphon.core.model.Tool;

/** Something the model may ask this process for. Safe for use by any thread; answers at once. */
interface GatewayTool {
    /** How the model sees it. */
    Tool.Function definition();

    /**
     * The answer.
     *
     * @param arguments JSON text written by the model; may be invalid
     * @return JSON text
     */
    String answer(String arguments);
}
