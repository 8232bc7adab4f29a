/** Removes pods that nobody else would. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.controllers.podgc;
