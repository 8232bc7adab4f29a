/** The Kubernetes REST client of Kontiki's own components: requests, informers, queues, leases. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.client;
