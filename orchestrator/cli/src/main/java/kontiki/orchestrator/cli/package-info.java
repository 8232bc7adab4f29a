/** The orchestrator commands: {@code kontiki ctl}. They are ordinary clients of the API. */
package kontiki.orchestrator.cli;
