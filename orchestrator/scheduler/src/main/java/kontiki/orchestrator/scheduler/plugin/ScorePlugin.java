package kontiki.orchestrator.scheduler.plugin;

import java.util.List;
import kontiki.orchestrator.scheduler.model.NodeInfo;
import kontiki.orchestrator.scheduler.model.PodInfo;
import kontiki.orchestrator.scheduler.model.Snapshot;

/** Says how good a node is for a pod. Implementations are pure and have no state. */
public interface ScorePlugin {
  /** The best score of one plugin, before its weight. */
  long MOST = 100;

  String name();

  /** How much this plugin's opinion counts. */
  int weight();

  /** One score from 0 to {@link #MOST} for each of the nodes, in their order. */
  long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> nodes);

  /** Stretches scores so that the largest becomes {@link #MOST}. */
  static long[] normalize(long[] scores, boolean smallIsGood) {
    long largest = 0;
    for (long score : scores) {
      largest = Math.max(largest, score);
    }
    for (int i = 0; i < scores.length; i++) {
      long part = largest == 0 ? 0 : scores[i] * MOST / largest;
      scores[i] = smallIsGood ? MOST - part : part;
    }
    return scores;
  }
}
