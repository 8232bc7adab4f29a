/** Keeps the wanted number of pods of each ReplicaSet. */
@org.jspecify.annotations.NullMarked
package kontiki.orchestrator.controllers.replicaset;
