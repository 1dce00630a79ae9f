namespace Ordo.Sync.Storage;

/// <summary>The type of an indexed field.</summary>
public enum IndexType
{
    /// <summary>A 64-bit integer; booleans are 0 and 1, timestamps Unix milliseconds.</summary>
    Integer,

    /// <summary>A double-precision number.</summary>
    Real,

    /// <summary>Text, in the order of its UTF-8 bytes.</summary>
    Text,
}
