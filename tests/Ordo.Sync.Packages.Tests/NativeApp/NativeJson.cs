using System.Text.Json.Serialization;

/// <summary>What the program's records are made of, known when it is compiled: nothing is emitted at run time.</summary>
[JsonSerializable(typeof(Grade))]
[JsonSerializable(typeof(int))]
internal sealed partial class NativeJson : JsonSerializerContext;
