package kontiki.orchestrator.controllers;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import kontiki.orchestrator.client.Indexes;
import kontiki.orchestrator.client.Informer;
import kontiki.orchestrator.client.InformerSet;
import kontiki.orchestrator.client.ListOptions;

/** The view of the cluster that all control loops of a process share: one informer a kind. */
public final class Cluster {
  public final Informer<Pod> pods;
  public final Informer<Node> nodes;
  public final Informer<Namespace> namespaces;
  public final Informer<Service> services;
  public final Informer<ServiceAccount> serviceAccounts;
  public final Informer<Secret> tokenSecrets;
  public final Informer<ConfigMap> configMaps;
  public final Informer<Endpoints> endpoints;
  public final Informer<EndpointSlice> endpointSlices;
  public final Informer<ReplicaSet> replicaSets;
  public final Informer<Deployment> deployments;
  public final Informer<DaemonSet> daemonSets;
  public final Informer<StatefulSet> statefulSets;
  public final Informer<Job> jobs;
  public final Informer<ControllerRevision> controllerRevisions;
  public final Informer<Lease> leases;
  private final InformerSet all;

  public Cluster(InformerSet all) {
    this.all = all;
    nodes = all.add(Node.class);
    pods = all.add(Pod.class).index(Indexes.NODE, Indexes::nodeName);
    namespaces = all.add(Namespace.class);
    services = all.add(Service.class);
    serviceAccounts = all.add(ServiceAccount.class);
    tokenSecrets =
        all.add(Secret.class, ListOptions.fields("type=kubernetes.io/service-account-token"));
    configMaps = all.add(ConfigMap.class);
    endpoints = all.add(Endpoints.class);
    endpointSlices = all.add(EndpointSlice.class);
    replicaSets = all.add(ReplicaSet.class);
    deployments = all.add(Deployment.class);
    daemonSets = all.add(DaemonSet.class);
    statefulSets = all.add(StatefulSet.class);
    jobs = all.add(Job.class);
    controllerRevisions = all.add(ControllerRevision.class);
    leases = all.add(Lease.class);
  }

  /** All informers, to start, wait for and close. */
  public InformerSet informers() {
    return all;
  }
}
