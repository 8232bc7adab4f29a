package kontiki.kvstore.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.Base64;
import java.util.List;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.KeyRange;
import kontiki.kvstore.api.pb.AuthRoleAddRequest;
import kontiki.kvstore.api.pb.AuthRoleDeleteRequest;
import kontiki.kvstore.api.pb.AuthRoleGrantPermissionRequest;
import kontiki.kvstore.api.pb.AuthRoleRevokePermissionRequest;
import kontiki.kvstore.api.pb.AuthUserAddRequest;
import kontiki.kvstore.api.pb.AuthUserChangePasswordRequest;
import kontiki.kvstore.api.pb.AuthUserDeleteRequest;
import kontiki.kvstore.api.pb.AuthUserGrantRoleRequest;
import kontiki.kvstore.api.pb.AuthUserRevokeRoleRequest;
import kontiki.kvstore.api.pb.AuthenticateResponse;
import kontiki.kvstore.api.pb.Compare;
import kontiki.kvstore.api.pb.DeleteRangeRequest;
import kontiki.kvstore.api.pb.Permission;
import kontiki.kvstore.api.pb.PutRequest;
import kontiki.kvstore.api.pb.RangeRequest;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.Role;
import kontiki.kvstore.api.pb.TxnRequest;
import kontiki.kvstore.api.pb.User;
import kontiki.kvstore.api.pb.UserAddOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthTest {
  private static final String HASH = "$2a$04$hash";

  private final MemoryEngine engine = new MemoryEngine();
  private MvccStore store = new MvccStore(engine, new HeaderIds(1, 2));
  private long index;
  private Applied last = new Applied(store.state(), List.of(), List.of(), List.of(), List.of());

  @BeforeEach
  void users() {
    done(userAdd("root"));
    done(userAdd("ann"));
    done(grantRole("root", "root"));
    done(roleAdd("reader"));
    done(roleAdd("writer"));
    done(grant("reader", Permission.Type.READ, KeyRange.prefix("a/")));
    done(grant("writer", Permission.Type.READWRITE, KeyRange.prefix("w/")));
    done(grantRole("ann", "writer"));
    done(grantRole("ann", "reader"));
  }

  @Test
  void enablingNeedsTheUserRootWithTheRoleRoot() {
    done(new AuthCommand.UserRevokeRole(revokeRole("root", "root")));
    assertThat(run(new AuthCommand.Enable())).isEqualTo(EtcdError.ROOT_ROLE_NOT_EXIST);
    done(new AuthCommand.UserDelete(AuthUserDeleteRequest.newBuilder().setName("root").build()));
    assertThat(run(new AuthCommand.Enable())).isEqualTo(EtcdError.ROOT_USER_NOT_EXIST);
  }

  @Test
  void whatIsThereOrIsNotIsRefusedByName() {
    assertThat(run(userAdd("ann"))).isEqualTo(EtcdError.USER_ALREADY_EXIST);
    assertThat(run(userAdd(""))).isEqualTo(EtcdError.USER_EMPTY);
    assertThat(run(roleAdd("reader"))).isEqualTo(EtcdError.ROLE_ALREADY_EXIST);
    assertThat(run(roleAdd(""))).isEqualTo(EtcdError.ROLE_EMPTY);
    assertThat(run(grantRole("bob", "reader"))).isEqualTo(EtcdError.USER_NOT_FOUND);
    assertThat(run(grantRole("ann", "nobody"))).isEqualTo(EtcdError.ROLE_NOT_FOUND);
    assertThat(run(new AuthCommand.UserRevokeRole(revokeRole("ann", "nobody"))))
        .isEqualTo(EtcdError.ROLE_NOT_GRANTED);
    assertThat(run(roleDelete("nobody"))).isEqualTo(EtcdError.ROLE_NOT_FOUND);
    assertThat(run(grant("nobody", Permission.Type.READ, KeyRange.single("k"))))
        .isEqualTo(EtcdError.ROLE_NOT_FOUND);
    assertThat(run(grant("reader", Permission.Type.READ, KeyRange.single(""))))
        .isEqualTo(EtcdError.INVALID_AUTH_MGMT);
    assertThat(run(grant("reader", Permission.Type.READ, new KeyRange(key("b"), key("a")))))
        .isEqualTo(EtcdError.INVALID_AUTH_MGMT);
    assertThat(
            run(
                new AuthCommand.RoleGrantPermission(
                    AuthRoleGrantPermissionRequest.newBuilder().setName("reader").build())))
        .isEqualTo(EtcdError.PERMISSION_NOT_GIVEN);
    assertThat(run(revoke("reader", KeyRange.single("k"))))
        .isEqualTo(EtcdError.PERMISSION_NOT_GRANTED);
    assertThat(run(new AuthCommand.Authenticate("ann", "x"))).isEqualTo(EtcdError.AUTH_NOT_ENABLED);
  }

  @Test
  void nobodyTakesTheLastKeyAwayWhileItIsLocked() {
    done(new AuthCommand.Enable());
    assertThat(
            as(
                "root",
                new AuthCommand.UserDelete(
                    AuthUserDeleteRequest.newBuilder().setName("root").build())))
        .isEqualTo(EtcdError.INVALID_AUTH_MGMT);
    assertThat(as("root", new AuthCommand.UserRevokeRole(revokeRole("root", "root"))))
        .isEqualTo(EtcdError.INVALID_AUTH_MGMT);
    assertThat(as("root", roleDelete("root"))).isEqualTo(EtcdError.INVALID_AUTH_MGMT);
  }

  @Test
  void onlyRootChangesUsersAndRoles() {
    done(new AuthCommand.Enable());
    assertThat(run(roleAdd("new"))).isEqualTo(EtcdError.USER_EMPTY);
    assertThat(as("ann", roleAdd("new"))).isEqualTo(EtcdError.PERMISSION_DENIED);
    assertThat(as("stranger", roleAdd("new"))).isEqualTo(EtcdError.USER_NOT_FOUND);
    assertThat(as("root", roleAdd("new"))).isNull();
  }

  @Test
  void eachChangeIsARevisionAndWhatChangesNothingIsNone() {
    long before = store.auth().revision();
    assertThat(before).isEqualTo(10);
    done(grantRole("ann", "reader"));
    assertThat(store.auth().revision()).isEqualTo(before);
    done(roleDelete("reader"));
    assertThat(store.auth().revision()).isEqualTo(before + 1);
    assertThat(user("ann").getRolesList()).containsExactly("writer");
    done(new AuthCommand.Enable());
    done(new AuthCommand.Enable(), "root");
    assertThat(store.auth().revision()).isEqualTo(before + 1);
    done(new AuthCommand.Disable(), "root");
    assertThat(store.auth().revision()).isEqualTo(before + 2);
    assertThat(last.tokens()).containsExactly(new Applied.TokenChange.AllTaken());
  }

  @Test
  void permissionsStandInTheOrderOfTheirKeysAndTheSameRangeOnce() {
    done(grant("reader", Permission.Type.READ, KeyRange.single("z")));
    done(grant("reader", Permission.Type.READ, KeyRange.single("a")));
    done(grant("reader", Permission.Type.WRITE, KeyRange.single("z")));
    Role role = store.auth().role("reader");
    assertThat(role.getKeyPermissionList())
        .extracting(permission -> permission.getKey().toStringUtf8() + permission.getPermType())
        .containsExactly("aREAD", "a/READ", "zWRITE");
    done(revoke("reader", KeyRange.prefix("a/")));
    assertThat(store.auth().role("reader").getKeyPermissionCount()).isEqualTo(2);
  }

  @Test
  void requestsAreCheckedWhereTheyAreApplied() {
    done(new AuthCommand.Enable());
    assertThat(run(put("w/1"), Identity.NOBODY)).isEqualTo(EtcdError.USER_EMPTY);
    assertThat(run(put("w/1"), of("ann"))).isNull();
    assertThat(run(put("x"), of("ann"))).isEqualTo(EtcdError.PERMISSION_DENIED);
    assertThat(run(put("x"), of("root"))).isNull();
    assertThat(run(put("w/1"), of("stranger"))).isEqualTo(EtcdError.PERMISSION_DENIED);
    Identity early = new Identity("ann", store.auth().revision() - 1);
    assertThat(run(put("w/1"), early)).isEqualTo(EtcdError.AUTH_OLD_REVISION);
    assertThat(run(delete(KeyRange.prefix("w/")), of("ann"))).isNull();
    assertThat(run(delete(KeyRange.all()), of("ann"))).isEqualTo(EtcdError.PERMISSION_DENIED);
    done(grant("writer", Permission.Type.WRITE, KeyRange.single("blind")), "root");
    assertThat(run(put("blind"), of("ann"))).isNull();
    PutRequest previous = putRequest("blind").toBuilder().setPrevKv(true).build();
    assertThat(run(new Command.Put(previous), of("ann"))).isEqualTo(EtcdError.PERMISSION_DENIED);
  }

  @Test
  void aTransactionNeedsWhatEitherBranchNeeds() {
    done(new AuthCommand.Enable());
    TxnRequest.Builder txn =
        TxnRequest.newBuilder()
            .addCompare(Compare.newBuilder().setKey(key("a/1")))
            .addSuccess(RequestOp.newBuilder().setRequestPut(putRequest("w/1")));
    assertThat(run(new Command.Txn(txn.build()), of("ann"))).isNull();
    RequestOp hidden =
        RequestOp.newBuilder()
            .setRequestTxn(
                TxnRequest.newBuilder()
                    .addFailure(RequestOp.newBuilder().setRequestPut(putRequest("a/2"))))
            .build();
    assertThat(run(new Command.Txn(txn.clone().addFailure(hidden).build()), of("ann")))
        .isEqualTo(EtcdError.PERMISSION_DENIED);
    assertThat(
            run(
                new Command.Txn(
                    txn.clone().addCompare(Compare.newBuilder().setKey(key("x"))).build()),
                of("ann")))
        .isEqualTo(EtcdError.PERMISSION_DENIED);
    assertThat(store.state().revision()).isEqualTo(2);
  }

  @Test
  void aLeaseBelongsToThoseWhoMayWriteAllItsKeys() {
    done(new AuthCommand.Enable());
    assertThat(run(new Command.LeaseGrant(7, 60), of("ann"))).isNull();
    PutRequest.Builder leased = PutRequest.newBuilder().setLease(7);
    assertThat(run(new Command.Put(leased.setKey(key("w/1")).build()), of("ann"))).isNull();
    assertThat(run(new Command.Put(leased.setKey(key("x")).build()), of("root"))).isNull();
    assertThat(run(new Command.Put(leased.setKey(key("w/2")).build()), of("ann")))
        .isEqualTo(EtcdError.PERMISSION_DENIED);
    assertThat(run(new Command.LeaseRevoke(7), of("ann"))).isEqualTo(EtcdError.PERMISSION_DENIED);
    assertThat(run(new Command.LeaseExpire(7), Identity.NOBODY)).isNull();
  }

  @Test
  void readsAreCheckedOnTheViewTheyRead() {
    done(new AuthCommand.Enable());
    try (StoreView view = store.view()) {
      Access ann = view.access(of("ann"));
      assertThatCode(() -> ann.check(range(KeyRange.prefix("a/")))).doesNotThrowAnyException();
      assertThatThrownBy(() -> ann.check(range(KeyRange.from(key("a/")))))
          .hasMessage(EtcdError.PERMISSION_DENIED.message());
      assertThatThrownBy(ann::admin).hasMessage(EtcdError.PERMISSION_DENIED.message());
      assertThatCode(() -> ann.self("ann")).doesNotThrowAnyException();
      assertThatThrownBy(() -> ann.self("root")).hasMessage(EtcdError.PERMISSION_DENIED.message());
      assertThatCode(() -> ann.hasRole("reader")).doesNotThrowAnyException();
      assertThatThrownBy(() -> ann.hasRole("root"))
          .hasMessage(EtcdError.PERMISSION_DENIED.message());
      assertThatThrownBy(() -> view.access(Identity.NOBODY).somebody())
          .hasMessage(EtcdError.USER_EMPTY.message());
    }
  }

  @Test
  void aTokenIsGivenByTheEntryAndTakenWithThePassword() {
    done(new AuthCommand.Enable());
    done(new AuthCommand.Authenticate("ann", "prefix"));
    String token = "prefix." + index;
    assertThat(last.tokens()).containsExactly(new Applied.TokenChange.Given("ann", token));
    assertThat(((Outcome.Done) last.outcomes().getFirst()).response())
        .isInstanceOfSatisfying(
            AuthenticateResponse.class,
            response -> assertThat(response.getToken()).isEqualTo(token));
    assertThat(run(new AuthCommand.Authenticate("stranger", "p"))).isEqualTo(EtcdError.AUTH_FAILED);
    assertThat(
            as(
                "root",
                new AuthCommand.UserChangePassword(
                    AuthUserChangePasswordRequest.newBuilder()
                        .setName("ann")
                        .setHashedPassword(base64("other"))
                        .build())))
        .isNull();
    assertThat(last.tokens()).containsExactly(new Applied.TokenChange.Taken("ann"));
    assertThat(user("ann").getPassword().toStringUtf8()).isEqualTo("other");
    assertThat(user("ann").getRolesList()).containsExactly("reader", "writer");
  }

  @Test
  void aUserWithoutAPasswordGetsNoTokenAndNoPassword() {
    done(
        new AuthCommand.UserAdd(
            AuthUserAddRequest.newBuilder()
                .setName("cn")
                .setOptions(UserAddOptions.newBuilder().setNoPassword(true))
                .build()));
    done(
        new AuthCommand.UserChangePassword(
            AuthUserChangePasswordRequest.newBuilder()
                .setName("cn")
                .setHashedPassword(base64("x"))
                .build()));
    assertThat(user("cn").getPassword()).isEqualTo(ByteString.EMPTY);
    done(new AuthCommand.Enable());
    assertThat(run(new AuthCommand.Authenticate("cn", "p"))).isEqualTo(EtcdError.AUTH_FAILED);
  }

  @Test
  void aRestartFindsEverythingAsItWas() {
    done(new AuthCommand.Enable());
    done(
        new AuthCommand.UserDelete(AuthUserDeleteRequest.newBuilder().setName("ann").build()),
        "root");
    done(roleDelete("writer"), "root");
    AuthState before = store.auth();
    store = new MvccStore(engine, new HeaderIds(1, 2));
    AuthState after = store.auth();
    assertThat(after.enabled()).isTrue();
    assertThat(after.revision()).isEqualTo(before.revision());
    assertThat(after.users()).isEqualTo(before.users()).hasSize(1);
    assertThat(after.roles()).isEqualTo(before.roles()).hasSize(1);
    assertThat(run(put("x"), of("root"))).isNull();
  }

  private EtcdError as(String user, AuthCommand command) {
    return run(new Command.Auth(command), of(user));
  }

  private EtcdError run(AuthCommand command) {
    return run(new Command.Auth(command), Identity.NOBODY);
  }

  private void done(AuthCommand command) {
    assertThat(run(command)).isNull();
  }

  private void done(AuthCommand command, String user) {
    assertThat(as(user, command)).isNull();
  }

  /** Through its bytes, as it comes from the log. Null where it was done. */
  private EtcdError run(Command command, Identity who) {
    Command proposed = who.equals(Identity.NOBODY) ? command : new Command.As(who, command);
    Entry entry = new Entry(new Entry.Origin(3, 4, 1), 0, List.of(proposed));
    Entry read = Entry.decode(ByteString.copyFrom(entry.encode()));
    assertThat(read).isEqualTo(entry);
    last = store.apply(++index, 1, read, true);
    return last.outcomes().getFirst() instanceof Outcome.Refused refused ? refused.error() : null;
  }

  private Identity of(String user) {
    return new Identity(user, store.auth().revision());
  }

  private User user(String name) {
    return store.auth().user(name);
  }

  private static AuthCommand userAdd(String name) {
    return new AuthCommand.UserAdd(
        AuthUserAddRequest.newBuilder().setName(name).setHashedPassword(base64(HASH)).build());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(key(text).toByteArray());
  }

  private static AuthCommand grantRole(String user, String role) {
    return new AuthCommand.UserGrantRole(
        AuthUserGrantRoleRequest.newBuilder().setUser(user).setRole(role).build());
  }

  private static AuthUserRevokeRoleRequest revokeRole(String user, String role) {
    return AuthUserRevokeRoleRequest.newBuilder().setName(user).setRole(role).build();
  }

  private static AuthCommand roleAdd(String name) {
    return new AuthCommand.RoleAdd(AuthRoleAddRequest.newBuilder().setName(name).build());
  }

  private static AuthCommand roleDelete(String name) {
    return new AuthCommand.RoleDelete(AuthRoleDeleteRequest.newBuilder().setRole(name).build());
  }

  private static AuthCommand grant(String role, Permission.Type type, KeyRange range) {
    return new AuthCommand.RoleGrantPermission(
        AuthRoleGrantPermissionRequest.newBuilder()
            .setName(role)
            .setPerm(
                Permission.newBuilder()
                    .setPermType(type)
                    .setKey(range.key())
                    .setRangeEnd(range.end()))
            .build());
  }

  private static AuthCommand revoke(String role, KeyRange range) {
    return new AuthCommand.RoleRevokePermission(
        AuthRoleRevokePermissionRequest.newBuilder()
            .setRole(role)
            .setKey(range.key())
            .setRangeEnd(range.end())
            .build());
  }

  private static Command put(String key) {
    return new Command.Put(putRequest(key));
  }

  private static PutRequest putRequest(String key) {
    return PutRequest.newBuilder().setKey(key(key)).build();
  }

  private static Command delete(KeyRange range) {
    return new Command.DeleteRange(
        DeleteRangeRequest.newBuilder().setKey(range.key()).setRangeEnd(range.end()).build());
  }

  private static RangeRequest range(KeyRange range) {
    return RangeRequest.newBuilder().setKey(range.key()).setRangeEnd(range.end()).build();
  }

  private static ByteString key(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
