/** An API server in memory, for tests and simulations of clients: same contract, no sockets. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.client.memory;
