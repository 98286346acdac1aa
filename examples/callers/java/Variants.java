import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.TreeMap;

/** Computes who sees which variant of an experiment, as the recommender does. */
public final class Variants {
  private Variants() {}

  /**
   * Returns the visitor's variant; null without an id.
   *
   * @param visitor the user id, or the session id of a visitor who has none
   */
  public static String choose(String experiment, Map<String, Integer> variants, String visitor) {
    if (visitor == null) return null;
    byte[] digest = sha256((experiment + "/" + visitor).getBytes(StandardCharsets.UTF_8));
    long number = Integer.toUnsignedLong(ByteBuffer.wrap(digest).getInt()) % 100;
    int sum = 0;
    for (Map.Entry<String, Integer> variant : new TreeMap<>(variants).entrySet()) {
      sum += variant.getValue();
      if (number < sum) return variant.getKey();
    }
    return null;
  }

  private static byte[] sha256(byte[] text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
