/** What the loops that make pods have in common. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.controllers.pod;
