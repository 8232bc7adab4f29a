package kontiki.kvstore.mvcc;

import com.google.protobuf.ByteString;
import kontiki.kvstore.api.pb.Compare;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.TxnRequest;

/**
 * What one caller may do, by the users and roles of one state. Each method returns where it is
 * permitted, and throws {@link RefusedException} where it is not.
 */
public final class Access {
  private final AuthState auth;
  private final EngineView view;
  private final Identity who;

  Access(AuthState auth, EngineView view, Identity who) {
    this.auth = auth;
    this.view = view;
    this.who = who;
  }

  public void check(RangeRequest request) {
    read(request.getKey(), request.getRangeEnd());
  }

  /** Also for watches. {@code end} as in a {@link kontiki.kvstore.api.KeyRange}. */
  public void read(ByteString key, ByteString end) {
    auth.requireRead(who, key, end);
  }

  public void check(PutRequest request) {
    auth.requireWrite(who, request.getKey(), ByteString.EMPTY);
    // Whoever attaches a key to a lease can let others' keys on it vanish or live.
    leaseWrites(request.getLease());
    if (request.getPrevKv()) {
      read(request.getKey(), ByteString.EMPTY);
    }
  }

  public void check(DeleteRangeRequest request) {
    auth.requireWrite(who, request.getKey(), request.getRangeEnd());
    if (request.getPrevKv()) {
      read(request.getKey(), request.getRangeEnd());
    }
  }

  /** Both branches, whichever of them would run. */
  public void check(TxnRequest request) {
    if (!auth.enabled()) {
      return;
    }
    for (Compare compare : request.getCompareList()) {
      read(compare.getKey(), compare.getRangeEnd());
    }
    request.getSuccessList().forEach(this::check);
    request.getFailureList().forEach(this::check);
  }

  private void check(RequestOp op) {
    switch (op.getRequestCase()) {
      case REQUEST_RANGE -> check(op.getRequestRange());
      case REQUEST_PUT -> check(op.getRequestPut());
      case REQUEST_DELETE_RANGE -> check(op.getRequestDeleteRange());
      case REQUEST_TXN -> check(op.getRequestTxn());
      case REQUEST_NOT_SET -> {}
    }
  }

  /** The caller may write every key of the lease; so may everybody where there is no lease. */
  public void leaseWrites(long lease) {
    if (lease != 0 && !auth.isAdmin(who)) {
      for (ByteString key : LeaseTable.keys(view, lease)) {
        auth.requireWrite(who, key, ByteString.EMPTY);
      }
    }
  }

  /** The caller may read every key of the lease. */
  public void leaseReads(long lease) {
    if (!auth.isAdmin(who)) {
      for (ByteString key : LeaseTable.keys(view, lease)) {
        read(key, ByteString.EMPTY);
      }
    }
  }

  /** The caller has said who they are; it need not be a user. */
  public void somebody() {
    auth.requireSomebody(who);
  }

  /** The caller has the role root. */
  public void admin() {
    auth.requireAdmin(who);
  }

  /** The caller asks about themself, or has the role root. */
  public void self(String user) {
    if (!who.user().equals(user)) {
      admin();
    }
  }

  /** The caller has the role, or the role root. */
  public void hasRole(String role) {
    var user = auth.user(who.user());
    if (user == null || !user.getRolesList().contains(role)) {
      admin();
    }
  }
}
