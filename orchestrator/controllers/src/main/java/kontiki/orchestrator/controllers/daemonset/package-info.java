/** Runs one pod of each DaemonSet on each node that it wants. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.controllers.daemonset;
