package kontiki.kvstore.server.raft;

import java.util.concurrent.CompletableFuture;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * Tells a follower at once what is committed. Ratis tells it with the next entry or heartbeat, half
 * an election timeout later, and so long the follower's own clients would wait.
 *
 * <p>A follower takes a commit index only up to what it has on its disk. So it is told when what it
 * has acknowledged is committed and it does not know, once for each index, and only when no entry
 * is on its way that carries the news.
 */
final class PromptLogAppender extends GrpcLogAppender {
  private final Commits commits;
  // Of this appender's thread: the committed index that the follower was told and could take.
  private long told = -1;

  PromptLogAppender(
      RaftServer.Division server, LeaderState state, FollowerInfo follower, Commits commits) {
    super(server, state, follower);
    this.commits = commits;
  }

  @Override
  public void start() {
    commits.add(this);
    super.start();
  }

  @Override
  public CompletableFuture<LifeCycle.State> stopAsync() {
    commits.remove(this);
    return super.stopAsync();
  }

  @Override
  public long getHeartbeatWaitTimeMs() {
    return owesCommit() ? 0 : super.getHeartbeatWaitTimeMs();
  }

  /** While entries are on their way Ratis' empty append carries no commit index. */
  private boolean owesCommit() {
    return !hasAppendEntries() && !hasPendingDataRequests() && knowable() > told;
  }

  @Override
  public @Nullable AppendEntriesRequestProto newAppendEntriesRequest(long callId, boolean heartbeat)
      throws RaftLogIOException {
    long knowable = knowable();
    AppendEntriesRequestProto request = super.newAppendEntriesRequest(callId, heartbeat);
    if (request != null) {
      told = Math.max(told, Math.min(knowable, request.getLeaderCommit()));
    }
    return request;
  }

  private long knowable() {
    return Math.min(getFollower().getMatchIndex(), getRaftLog().getLastCommittedIndex());
  }
}
