package kontiki.kvstore.server.raft;

/**
 * How a member sees the cluster at one moment.
 *
 * @param term the raft term
 * @param leader id of the leader, 0 where none is known
 * @param self this member's id
 * @param ready this member leads, and has everything that earlier leaders committed
 */
public record Role(long term, long leader, long self, boolean ready) {
  public boolean leads() {
    return leader == self && ready;
  }

  public boolean hasLeader() {
    return leader != 0;
  }
}
