using System.Text.Json.Serialization;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Fuzz.Tests.Corpora;

/// <summary>The types that are read without code made at run time.</summary>
[JsonSerializable(typeof(Note))]
[JsonSerializable(typeof(RichNote))]
internal sealed partial class FuzzJsonContext : JsonSerializerContext;
