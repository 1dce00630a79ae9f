using System.Globalization;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Queries;

/// <summary>How .NET types are indexed.</summary>
internal static class IndexTypes
{
    public static IndexType Of(Type type)
    {
        Type bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare.IsEnum || bare == typeof(bool) || bare == typeof(DateTime) || bare == typeof(DateTimeOffset))
        {
            return IndexType.Integer;
        }

        return Type.GetTypeCode(bare) switch
        {
            TypeCode.SByte or TypeCode.Byte or TypeCode.Int16 or TypeCode.UInt16 or TypeCode.Int32 or TypeCode.UInt32
                or TypeCode.Int64 or TypeCode.UInt64 => IndexType.Integer,
            TypeCode.Single or TypeCode.Double or TypeCode.Decimal => IndexType.Real,
            TypeCode.String => IndexType.Text,
            _ when bare == typeof(Guid) => IndexType.Text,
            _ => throw new ArgumentException(
                $"A member of type {type} cannot be indexed: integers, enums, booleans, times, numbers, text and GUIDs can."),
        };
    }

    public static IndexValue ValueOf<TValue>(TValue value) => value switch
    {
        null => IndexValue.Absent,
        string text => IndexValue.Of(text),
        Guid guid => IndexValue.Of(guid.ToString()),
        bool flag => IndexValue.Of(flag ? 1L : 0L),
        DateTimeOffset time => IndexValue.Of(time.ToUnixTimeMilliseconds()),
        DateTime time => IndexValue.Of(new DateTimeOffset(time.ToUniversalTime()).ToUnixTimeMilliseconds()),
        float or double or decimal => IndexValue.Of(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        _ => IndexValue.Of(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
    };
}
