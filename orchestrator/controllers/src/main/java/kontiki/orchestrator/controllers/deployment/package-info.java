/** Rolls Deployments out through ReplicaSets. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.controllers.deployment;
