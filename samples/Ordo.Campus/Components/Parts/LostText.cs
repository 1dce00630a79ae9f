using MessagePack;
using Ordo.Sync.Conflicts.Fields;

namespace Ordo.Campus.Components.Parts;

/// <summary>Shows a value that lost.</summary>
internal static class LostText
{
    public static string Of(LostValue lost) => lost.Value.IsEmpty ? "(removed)" : MessagePackSerializer.ConvertToJson(lost.Value).Trim('"');
}
