/** What a scheduling decision sees: immutable nodes, their pods and what these take. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.scheduler.model;
