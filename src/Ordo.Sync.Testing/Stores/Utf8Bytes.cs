using System.Text;

namespace Ordo.Sync.Testing.Stores;

/// <summary>
/// Text in the order of its UTF-8 bytes, found by encoding it: slow, and independent of what is tested.
/// </summary>
internal static class Utf8Bytes
{
    public static IComparer<string> Comparer { get; } = Comparer<string>.Create(
        (left, right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));
}
