package kontiki.orchestrator.controllers;

import java.time.InstantSource;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import kontiki.orchestrator.client.ApiClient;
import kontiki.orchestrator.client.Events;

/**
 * What every control loop gets.
 *
 * @param events makes the event sink of a component, such as {@code replicaset-controller}
 */
public record ControllerContext(
    ApiClient client,
    Cluster cluster,
    Function<String, Events> events,
    InstantSource clock,
    RandomGenerator random) {}
