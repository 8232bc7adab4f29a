/** Gives each namespace its default service account and the cluster's root certificates. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.controllers.serviceaccount;
