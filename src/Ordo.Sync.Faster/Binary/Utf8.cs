using System.Text;

namespace Ordo.Sync.Faster.Binary;

/// <summary>UTF-8 that refuses what is no text: a key must come back as it went in, or not go in.</summary>
internal static class Utf8
{
    public static UTF8Encoding Strict { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
