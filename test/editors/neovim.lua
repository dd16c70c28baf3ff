-- Neovim's own LSP client (0.7 or newer) against the server, without a plugin:
--   nvim --headless -u NONE -l/-S this file, with XEN_LSP (the command, words apart), XEN_HOVER (FILE:LINE:COLUMN, one-based)
--   and XEN_DIAGNOSE (FILE) in the environment. Prints one JSON object.
local words = vim.split(vim.env.XEN_LSP, ' ')
local result = { hover = vim.NIL, diagnostics = {} }

local client = vim.lsp.start_client({ cmd = words, root_dir = vim.fn.getcwd(), name = 'xen' })

local function open(file)
  vim.cmd('edit ' .. vim.fn.fnameescape(file))
  vim.bo.filetype = 'c'
  local buffer = vim.api.nvim_get_current_buf()
  vim.lsp.buf_attach_client(buffer, client)
  vim.wait(10000, function() return vim.lsp.get_client_by_id(client).initialized end, 20)
  return buffer
end

local function hover(file, line, column)
  local buffer = open(file)
  local parameters = {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    position = { line = line - 1, character = column - 1 },
  }
  local answers = vim.lsp.buf_request_sync(buffer, 'textDocument/hover', parameters, 10000)
  local answer = answers and answers[client] and answers[client].result
  if answer then result.hover = answer.contents.value end
end

local function diagnose(file)
  local buffer = open(file)
  vim.wait(10000, function() return #vim.diagnostic.get(buffer) > 0 end, 50)
  for _, each in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(result.diagnostics, { line = each.lnum + 1, code = each.code, message = each.message })
  end
end

local file, line, column = vim.env.XEN_HOVER:match('^(.*):(%d+):(%d+)$')
hover(file, tonumber(line), tonumber(column))
diagnose(vim.env.XEN_DIAGNOSE)
io.stdout:write(vim.json and vim.json.encode(result) or vim.fn.json_encode(result))
io.stdout:write('\n')
vim.cmd('qall!')
