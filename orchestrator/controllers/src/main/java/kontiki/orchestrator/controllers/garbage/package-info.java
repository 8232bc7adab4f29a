/** Deletes what its owners no longer hold. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.controllers.garbage;
