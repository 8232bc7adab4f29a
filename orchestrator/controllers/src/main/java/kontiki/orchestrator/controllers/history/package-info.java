/** Revisions of the pod templates of DaemonSets and StatefulSets. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.controllers.history;
