package kontiki.kvstore.server.raft;

import java.util.Objects;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Ratis' gRPC with {@link PromptLogAppender}s. Ratis makes it by its class name, so what it needs
 * comes with the {@link Parameters}.
 */
public final class PromptRpc implements RpcType {
  private static final String COMMITS = "kontiki.commits";

  /** Called by Ratis through reflection. */
  public PromptRpc() {}

  /** Gives the factory where to register its appenders. */
  static Parameters with(Parameters parameters, Commits commits) {
    parameters.put(COMMITS, commits, Commits.class);
    return parameters;
  }

  @Override
  public String name() {
    return PromptRpc.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    Commits commits =
        Objects.requireNonNull(
            parameters.get(COMMITS, Commits.class), "parameters lack " + COMMITS);
    return new GrpcFactory(parameters) {
      @Override
      public LogAppender newLogAppender(
          RaftServer.Division server, LeaderState state, FollowerInfo follower) {
        return new PromptLogAppender(server, state, follower, commits);
      }
    };
  }
}
