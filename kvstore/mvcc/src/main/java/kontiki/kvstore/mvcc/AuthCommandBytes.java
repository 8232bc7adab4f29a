package kontiki.kvstore.mvcc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.IOException;
import kontiki.kvstore.api.pb.AuthRoleAddRequest;
import kontiki.kvstore.api.pb.AuthRoleDeleteRequest;
import kontiki.kvstore.api.pb.AuthRoleGrantPermissionRequest;
import kontiki.kvstore.api.pb.AuthRoleRevokePermissionRequest;
import kontiki.kvstore.api.pb.AuthUserAddRequest;
import kontiki.kvstore.api.pb.AuthUserChangePasswordRequest;
import kontiki.kvstore.api.pb.AuthUserDeleteRequest;
import kontiki.kvstore.api.pb.AuthUserGrantRoleRequest;
import kontiki.kvstore.api.pb.AuthUserRevokeRoleRequest;

/** An {@link AuthCommand} in an {@link Entry}: its kind (1 byte), then its request or strings. */
final class AuthCommandBytes {
  private static final int ENABLE = 1;
  private static final int DISABLE = 2;
  private static final int AUTHENTICATE = 3;
  private static final int USER_ADD = 4;
  private static final int USER_DELETE = 5;
  private static final int USER_CHANGE_PASSWORD = 6;
  private static final int USER_GRANT_ROLE = 7;
  private static final int USER_REVOKE_ROLE = 8;
  private static final int ROLE_ADD = 9;
  private static final int ROLE_DELETE = 10;
  private static final int ROLE_GRANT_PERMISSION = 11;
  private static final int ROLE_REVOKE_PERMISSION = 12;

  private AuthCommandBytes() {}

  static int size(AuthCommand command) {
    return 1
        + switch (command) {
          case AuthCommand.Enable _, AuthCommand.Disable _ -> 0;
          case AuthCommand.Authenticate c ->
              CodedOutputStream.computeStringSizeNoTag(c.user())
                  + CodedOutputStream.computeStringSizeNoTag(c.tokenPrefix());
          case AuthCommand.UserAdd c -> size(c.request());
          case AuthCommand.UserDelete c -> size(c.request());
          case AuthCommand.UserChangePassword c -> size(c.request());
          case AuthCommand.UserGrantRole c -> size(c.request());
          case AuthCommand.UserRevokeRole c -> size(c.request());
          case AuthCommand.RoleAdd c -> size(c.request());
          case AuthCommand.RoleDelete c -> size(c.request());
          case AuthCommand.RoleGrantPermission c -> size(c.request());
          case AuthCommand.RoleRevokePermission c -> size(c.request());
        };
  }

  static void write(CodedOutputStream out, AuthCommand command) throws IOException {
    switch (command) {
      case AuthCommand.Enable _ -> out.write((byte) ENABLE);
      case AuthCommand.Disable _ -> out.write((byte) DISABLE);
      case AuthCommand.Authenticate c -> {
        out.write((byte) AUTHENTICATE);
        out.writeStringNoTag(c.user());
        out.writeStringNoTag(c.tokenPrefix());
      }
      case AuthCommand.UserAdd c -> write(out, USER_ADD, c.request());
      case AuthCommand.UserDelete c -> write(out, USER_DELETE, c.request());
      case AuthCommand.UserChangePassword c -> write(out, USER_CHANGE_PASSWORD, c.request());
      case AuthCommand.UserGrantRole c -> write(out, USER_GRANT_ROLE, c.request());
      case AuthCommand.UserRevokeRole c -> write(out, USER_REVOKE_ROLE, c.request());
      case AuthCommand.RoleAdd c -> write(out, ROLE_ADD, c.request());
      case AuthCommand.RoleDelete c -> write(out, ROLE_DELETE, c.request());
      case AuthCommand.RoleGrantPermission c -> write(out, ROLE_GRANT_PERMISSION, c.request());
      case AuthCommand.RoleRevokePermission c -> write(out, ROLE_REVOKE_PERMISSION, c.request());
    }
  }

  static AuthCommand read(CodedInputStream in) throws IOException {
    int kind = in.readRawByte();
    return switch (kind) {
      case ENABLE -> new AuthCommand.Enable();
      case DISABLE -> new AuthCommand.Disable();
      case AUTHENTICATE -> new AuthCommand.Authenticate(in.readString(), in.readString());
      case USER_ADD -> new AuthCommand.UserAdd(message(in, AuthUserAddRequest.parser()));
      case USER_DELETE -> new AuthCommand.UserDelete(message(in, AuthUserDeleteRequest.parser()));
      case USER_CHANGE_PASSWORD ->
          new AuthCommand.UserChangePassword(message(in, AuthUserChangePasswordRequest.parser()));
      case USER_GRANT_ROLE ->
          new AuthCommand.UserGrantRole(message(in, AuthUserGrantRoleRequest.parser()));
      case USER_REVOKE_ROLE ->
          new AuthCommand.UserRevokeRole(message(in, AuthUserRevokeRoleRequest.parser()));
      case ROLE_ADD -> new AuthCommand.RoleAdd(message(in, AuthRoleAddRequest.parser()));
      case ROLE_DELETE -> new AuthCommand.RoleDelete(message(in, AuthRoleDeleteRequest.parser()));
      case ROLE_GRANT_PERMISSION ->
          new AuthCommand.RoleGrantPermission(message(in, AuthRoleGrantPermissionRequest.parser()));
      case ROLE_REVOKE_PERMISSION ->
          new AuthCommand.RoleRevokePermission(
              message(in, AuthRoleRevokePermissionRequest.parser()));
      default -> throw new IllegalStateException("log entry with an auth command of kind " + kind);
    };
  }

  private static int size(MessageLite message) {
    return CodedOutputStream.computeMessageSizeNoTag(message);
  }

  private static void write(CodedOutputStream out, int kind, MessageLite message)
      throws IOException {
    out.write((byte) kind);
    out.writeMessageNoTag(message);
  }

  private static <T> T message(CodedInputStream in, Parser<T> parser) throws IOException {
    return parser.parseFrom(in.readByteArray());
  }
}
