package kontiki.orchestrator.controllers;

import java.time.Duration;
import java.util.Optional;
import kontiki.orchestrator.controllers.nodeipam.PodRanges;
import kontiki.orchestrator.controllers.serviceaccount.TokenSigner;

/**
 * What the control loops of one process are configured with.
 *
 * @param rootCaPem the certificates that pods check the API server's with
 * @param tokens signs the tokens of token Secrets; empty to leave such Secrets alone
 * @param podRanges how the cluster's pod addresses are cut into nodes' ranges
 * @param nodeGrace how long a node may be silent before it counts as lost
 * @param workers how many keys of one loop are worked on at once
 */
public record ControllerOptions(
    String rootCaPem,
    Optional<TokenSigner> tokens,
    PodRanges podRanges,
    Duration nodeGrace,
    int workers) {
  public ControllerOptions {
    if (workers < 1 || workers > 100) {
      throw new IllegalArgumentException("a loop has 1 to 100 workers, not " + workers);
    }
  }
}
